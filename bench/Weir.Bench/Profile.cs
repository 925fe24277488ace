namespace Weir.Bench;

/// <summary>One kind of traffic, named as on the command line; never says which proxy gets it.</summary>
internal sealed record Profile(string Name, string Title, ProfileKind Kind, string Path)
{
    public int UploadBytes { get; init; }

    public bool CloseAfterEach { get; init; }

    public bool WithAccessLog { get; init; }

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
        new("idle", "clients that made one request and stay connected", ProfileKind.Idle, "/small"),
        new("syscalls", "system calls for each small keep-alive request", ProfileKind.SystemCalls, "/small") { Clients = 16 },
    ];
}
