"""Every fault at every write: is anything twice, is anything lost?"""
