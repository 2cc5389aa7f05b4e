"""
Files of variables and of labels, in all the syntax that they can have; some are refused.
"""
# ruff: noqa: E501

FILES: dict[str, str] = {
    "a.env": "A=from_a\nB=two\n# comment\nEMPTY=\nexport EXPORTED=yes\n",
    "b.env": "A=from_b\nC='single $A ${B}'\nD=\"double $A ${B:-x}\"\nE=plain $A\n",
    "raw.env": "A='kept quotes'\nB=$NOT_EXPANDED\nC=a # not a comment\n  D = e\n",
    "quoted.env": "Q1='a # b'\nQ2=\"a # b\" # c\nQ3=a # b\nQ4=a#b\nQ5=' x '\nQ6=\"\"\nQ7=''\nQ8=\"it's\"\nQ9='say \"x\"'\n",
    "escapes.env": 'E1="a\\nb"\nE2="t\\tx"\nE3=a\\nb\nE4=\'a\\nb\'\nE5="q\\"q"\nE6="d\\$HOME"\nE7="b\\\\s"\nE8=\'it\\\'s\'\nE9="$$x"\n',
    "refs.env": "R1=one\nR2=$R1\nR3=${R1}two\nR4=${UNSET:-def}\nR5=${UNSET-def}\nR6=${R1:+alt}\nR7=${HOST_SET}\nR8='$R1'\nR9=${R1:-${R2}}\nR10=$$R1\n",
    "multi.env": "M1=\"line one\nline two\"\nM2='a\nb\nc'\nM3=after\n",
    "names.env": "with.dot=1\nwith-dash=2\n_under=3\nlower=4\nA1=5\nSPACED = 6\nCOLON: seven\nHOST_SET\nHOST_UNSET\n\n   INDENT=8\n",
    "broken.env": "OK=1\nthis is no assignment\n",
    "crlf.env": 'A=one\r\nB="two"\r\nC=three # x\r\n',
    "bom.env": "\ufeffA=one\nB=2\n",
    "unclosed.env": 'A="open\nB=2\n',
    "req.env": "A=${MUST:?must be set}\n",
    "bad.env": "A=${unclosed\nB=2\n",
    "labels.txt": "com.example.file=one\ncom.example.a=from_file\n",
    "tabs.env": "\tA=1\nB\t=\t2\nC=3\t\n",
    "digits.env": "1A=x\n",
    "last.env": "A=1\nB=no newline",
    "yaml.env": "A: 1\nB: 'two words'\nC: \"x\"\n",
    "equals.env": "A==\nB=a=b=c\n=x\n",
    "unicode.env": "A=ünï\nÜ=1\n",
}
