namespace Weir.Http;

/// <summary>One line of a head without its line end, relative to the head's start.</summary>
internal readonly record struct HeadLine(int Start, int Length, bool EndsInBareLf);
