"""The paper: what to draw, templates, stock, print jobs, and the proof that reads them back.

From the ground up: ``drawing``; ``pdf``, ``raster`` and ``thermal`` write it; ``template``, ``paper`` and ``picture``
say what lies where; ``selection`` what is printed; ``jobs`` print; ``proof`` reads back.
"""
