"""Finding what answers a question: lexical, embedded, in Ukrainian and English."""
