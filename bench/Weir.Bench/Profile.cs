namespace Weir.Bench;

/// <summary>One kind of traffic, named as on the command line; never says which proxy gets it.</summary>
internal sealed record Profile(string Name, string Title, ProfileKind Kind, string Path)
{
    public int UploadBytes { get; init; }

    public bool CloseAfterEach { get; init; }

    public bool WithAccessLog { get; init; }

    /// <summary>Nothing: no TLS.</summary>
    public KeyKind? Certificate { get; init; }

    public LoadGenerator Generator { get; init; }

    /// <summary>Unary calls of gRPC, to an origin that speaks HTTP/2.</summary>
    public bool IsGrpc { get; init; }

    /// <summary>Of HTTP/2, on each connection.</summary>
    public int StreamsOnEach { get; init; } = 16;

    /// <summary>Of TLS connections: whether they take up an earlier one.</summary>
    public bool IsResumed { get; init; }

    /// <summary>Clients that have a request outstanding at all times.</summary>
    public int Clients { get; init; } = 64;

    /// <summary>What a reader must know before comparing the rows.</summary>
    public string? Note { get; init; }

    public static readonly IReadOnlyList<Profile> All =
    [
        new("small", "GET, 128 bytes, keep-alive", ProfileKind.Load, "/small"),
        new("small-log", "GET, 128 bytes, keep-alive, access log", ProfileKind.Load, "/small")
        {
            WithAccessLog = true,
            Note = "nginx writes its log through a 64 KiB buffer; HAProxy has no log buffer: one write a line.",
        },
        new("download-64k", "GET, 64 KiB, keep-alive", ProfileKind.Load, "/64k") { Clients = 32 },
        new("download-1m", "GET, 1 MiB, keep-alive", ProfileKind.Load, "/1m") { Clients = 8 },
        new("upload-64k", "POST, 64 KiB, keep-alive", ProfileKind.Load, "/upload") { Clients = 32, UploadBytes = 65_536 },
        new("connect", "GET, 128 bytes, a connection for each request", ProfileKind.Load, "/small") { CloseAfterEach = true },
        new("https", "GET, 128 bytes, HTTPS, HTTP/1.1, keep-alive", ProfileKind.Load, "/small") { Certificate = KeyKind.Ecdsa },
        new("https-1m", "GET, 1 MiB, HTTPS, HTTP/1.1, keep-alive", ProfileKind.Load, "/1m") { Certificate = KeyKind.Ecdsa, Clients = 8 },
        new("http2", "GET, 128 bytes, HTTPS, HTTP/2, 16 connections with 16 streams", ProfileKind.Load, "/small")
        {
            Certificate = KeyKind.Ecdsa,
            Generator = LoadGenerator.H2Load,
            Clients = 16,
        },
        new("grpc", "gRPC unary call, HTTPS, 16 connections with 16 streams, HTTP/2 to the origin", ProfileKind.Load, "/bench.Echo/Unary")
        {
            Certificate = KeyKind.Ecdsa,
            Generator = LoadGenerator.H2Load,
            IsGrpc = true,
            Clients = 16,
            UploadBytes = 128,
        },
        Handshake("full-ecdsa", KeyKind.Ecdsa, isResumed: false),
        Handshake("full-rsa", KeyKind.Rsa, isResumed: false),
        Handshake("resumed-ecdsa", KeyKind.Ecdsa, isResumed: true),
        Handshake("resumed-rsa", KeyKind.Rsa, isResumed: true),
        new("flood", "GET, 128 bytes, without TLS, while full handshakes flood another listener", ProfileKind.Flood, "/small")
        {
            Certificate = KeyKind.Rsa,
            Clients = 4,
            Note = "wrk comes first on its core, so that what waits is waiting for the proxy.",
        },
        new("idle", "clients that made one request and stay connected", ProfileKind.Idle, "/small"),
        new("syscalls", "system calls for each small keep-alive request", ProfileKind.SystemCalls, "/small") { Clients = 16 },
    ];

    // The request is there for the ticket, which comes with the answer; it is a small part of the cost.
    private static Profile Handshake(string name, KeyKind key, bool isResumed) =>
        new(name, $"TLS 1.3 connection, {(isResumed ? "resumed" : "full")} handshake, {key.ToString().ToUpperInvariant()}, one GET", ProfileKind.Load, "/small")
        {
            Certificate = key,
            Generator = LoadGenerator.Handshakes,
            IsResumed = isResumed,
            Clients = 4,
        };
}
