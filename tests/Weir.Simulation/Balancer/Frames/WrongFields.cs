using Weir.Reactor;

namespace Weir.Simulation.Balancer;

/// <summary>Fields that make a message of HTTP/2 malformed, in requests, responses and trailers. Source: RFC 9113 §8.2.</summary>
internal static class WrongFields
{
    private static readonly (string Name, string Value)[] _fields =
    [
        // Names.
        ("X-Upper", "1"), ("x-uppeR", "1"), ("x name", "1"), ("x:name", "1"), ("x-name\0", "1"), ("x-name\n", "1"), ("x-name\u007f", "1"), ("", "1"),

        // Values.
        ("x-value", "a\0b"), ("x-value", "a\rb"), ("x-value", "a\nx-smuggled: 1"), ("x-value", "a\r\n\r\n"), ("x-value", " a"), ("x-value", "a\t"),

        // Fields of a connection.
        ("connection", "close"), ("connection", "x-id"), ("keep-alive", "timeout=5"), ("proxy-connection", "keep-alive"),
        ("transfer-encoding", "chunked"), ("upgrade", "h2c"), ("te", "gzip"), ("te", "trailers, gzip"),
    ];

    private static readonly (string Name, string Value)[] _pseudo = [(":path", "/"), (":status", "200"), (":x", "1")];

    public static (string Name, string Value) Draw(LoopRandom random) => _fields[random.Next(_fields.Length)];

    /// <summary>The same of trailers, where no pseudo-header field may be either. Source: RFC 9113 §8.1.</summary>
    public static (string Name, string Value) DrawOfTrailers(LoopRandom random) =>
        random.Next(4) == 0 ? _pseudo[random.Next(_pseudo.Length)] : Draw(random);
}
