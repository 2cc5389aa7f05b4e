WEB = 1
