namespace Weir.Http;

/// <summary>A part of a head, relative to its start.</summary>
internal readonly record struct ByteRange(int Offset, int Length);
