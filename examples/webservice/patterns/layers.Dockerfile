# GOOD - Separate layers for caching
COPY package.json package-lock.json ./
RUN npm ci --only=production

COPY . .

# BAD - Invalidates cache on any change
COPY . .
RUN npm ci
