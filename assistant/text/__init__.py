"""What sentences say, in forms that can be compared: words, dates, names, speakers, tables."""
