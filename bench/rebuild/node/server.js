const express = require("express");

const app = express();
app.get("/", (request, response) => response.json({ status: "ok" }));
app.listen(8080);
