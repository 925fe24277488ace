namespace Weir.Http;

/// <summary>One line of a head without its line end, relative to the head's start.</summary>
/// <param name="Start">Where it starts.</param>
/// <param name="Length">Its length.</param>
/// <param name="EndsInBareLf">True if no CR stands before the LF.</param>
/// <param name="HasControls">True if there is any control character but HTAB in it, so that others need not look.</param>
internal readonly record struct HeadLine(int Start, int Length, bool EndsInBareLf, bool HasControls);
