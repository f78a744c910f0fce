"""Things to draw, in mm: texts and their fonts, colours, codes in their looks, and what fills a file with them."""
