"""What is printed of the stands: signs, plans of halls, rotation sheets, as PDF.

The modules read the plan and lay out plain values, in words of the active language, for the `.typ`
sheets beside them; `pavilion.core.printing` sets those.
"""
