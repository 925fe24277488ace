namespace Weir.Bench;

/// <summary>A benchmark that cannot go on, in words for the reader; ends the run, which then prints no result.</summary>
internal sealed class BenchException(string message) : Exception(message);
