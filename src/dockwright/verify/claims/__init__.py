"""The claims, in the order in which they are observed and told. One module for each subject."""

from dockwright.verify.claim import Claim
from dockwright.verify.claims.builds import Builds, Rebuilds
from dockwright.verify.claims.starts import Hardened, NonRoot, Starts

IMAGE: tuple[Claim, ...] = (Builds(), Rebuilds(), Starts(), Hardened(), NonRoot())
