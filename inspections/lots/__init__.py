"""The lot: two parties' secrets make one key, the key makes every institution's ticket."""
