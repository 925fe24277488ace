namespace Weir.Model;

/// <summary>A place in a file that people wrote; line and column count from 1.</summary>
public readonly record struct SourceLocation(string File, int Line, int Column)
{
    public override string ToString() => $"{File}:{Line}";
}
