using System.Buffers;

namespace Weir.Configuration;

/// <summary>An option that cannot be understood: its name, what was given, what is wrong with it, what is allowed.</summary>
internal sealed record UsageError(string Option, string? Value, string Message, string? Allowed = null)
{
    private static readonly SearchValues<char> _unclear = SearchValues.Create(" \t\r\n'\"");

    /// <summary>`--listen 80x: not a port; allowed: 0–65535`.</summary>
    public override string ToString() =>
        $"{Option}{(Value is null ? "" : $" {Quoted(Value)}")}: {Message}{(Allowed is null ? "" : $"; allowed: {Allowed}")}";

    private static string Quoted(string value) =>
        value.Length > 0 && !value.AsSpan().ContainsAny(_unclear) ? value : $"'{value}'";
}
