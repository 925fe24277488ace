using System.Globalization;

namespace Weir.EndToEnd.Tests;

/// <summary>A response as it came: the head with its empty line, and the body without its framing.</summary>
internal sealed record RawResponse(string Head, string Body)
{
    public int StatusCode => int.Parse(Head.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture);

    public string? Field(string name) => Fields(name).FirstOrDefault();

    public IEnumerable<string> Fields(string name) => Head.Split("\r\n")
        .Where(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 2)..]);
}
