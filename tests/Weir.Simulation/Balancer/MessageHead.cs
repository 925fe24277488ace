using System.Globalization;

namespace Weir.Simulation.Balancer;

/// <summary>The head of a message as text.</summary>
internal sealed class MessageHead
{
    public string StartLine { get; init; } = "";

    public List<(string Name, string Value)> Fields { get; } = [];

    /// <summary>Of a response: <c>HTTP/1.1 200 OK</c>.</summary>
    public int Status => int.Parse(StartLine.AsSpan(9, 3), CultureInfo.InvariantCulture);

    /// <summary>Of a request: <c>GET /… HTTP/1.1</c>.</summary>
    public string Method => StartLine[..StartLine.IndexOf(' ', StringComparison.Ordinal)];

    public string? this[string name]
    {
        get
        {
            foreach ((string Name, string Value) field in Fields)
            {
                if (field.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return field.Value;
                }
            }

            return null;
        }
    }

    /// <summary>The head of a message of HTTP/2, under the start line that the same message has in HTTP/1.1. Trailers have none.</summary>
    public static MessageHead Of(List<(string Name, string Value)> fields)
    {
        string Pseudo(string name) => fields.Find(field => field.Name == name).Value;
        var head = new MessageHead
        {
            StartLine = Pseudo(":status") is { } status ? $"HTTP/1.1 {status} "
                : Pseudo(":method") is { } method ? $"{method} {Pseudo(":path")} HTTP/1.1"
                : "",
        };
        head.Fields.AddRange(fields);
        return head;
    }

    public bool IsValid(bool isResponse) => isResponse
        ? StartLine.Length >= 12 && StartLine.StartsWith("HTTP/1.1 ", StringComparison.Ordinal)
            && int.TryParse(StartLine.AsSpan(9, 3), CultureInfo.InvariantCulture, out _)
        : StartLine.Split(' ') is [{ Length: > 0 }, ['/', ..], "HTTP/1.1"];
}
