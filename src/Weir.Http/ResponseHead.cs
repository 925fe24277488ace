namespace Weir.Http;

/// <summary>
/// The head of a response with everything its bytes say about it. Owned by a target connection and reused for its next
/// response; it refers to the connection's buffer by offset and must not be read after those bytes are gone.
/// </summary>
public sealed class ResponseHead
{
    /// <summary>The value of a number that the target did not give.</summary>
    public const int Absent = -1;

    private ByteRange _reason;

    public FieldTable Fields { get; } = new();

    /// <summary>100 to 999.</summary>
    public int StatusCode { get; internal set; }

    /// <summary>True for 100 to 199 except 101: another head follows on the same connection.</summary>
    public bool IsInterim => StatusCode is >= 100 and < 200 and not 101;

    /// <summary>The reason phrase as sent; may be empty.</summary>
    public ReadOnlySpan<byte> Reason => Fields.Slice(_reason.Offset, _reason.Length);

    public ProtocolVersion Version { get; internal set; }

    /// <summary>The digit after the dot, as sent: 0 to 9.</summary>
    public int MinorVersion { get; internal set; }

    /// <summary>How the body that really follows is framed, given the method of the request.</summary>
    public BodyFraming Framing { get; internal set; }

    /// <summary>
    /// What Content-Length says, or <see cref="Absent"/>. Also where no body follows (HEAD, 304), for it goes on to the
    /// client.
    /// </summary>
    public long ContentLength { get; internal set; }

    /// <summary>True if the connection can carry another request after this response.</summary>
    public bool Reusable { get; internal set; }

    public ConnectionOptions ConnectionOptions { get; internal set; }

    /// <summary>What the target switched to; only with 101.</summary>
    public UpgradeKind Upgrade { get; internal set; }

    /// <summary>Seconds from <c>Keep-Alive: timeout=N</c>, or <see cref="Absent"/>.</summary>
    public int KeepAliveTimeoutSeconds { get; internal set; }

    /// <summary>Requests from <c>Keep-Alive: max=N</c>, or <see cref="Absent"/>.</summary>
    public int KeepAliveMaxRequests { get; internal set; }

    public ResponseRefusal Refusal { get; private set; }

    /// <summary>Bytes of the head through its last line end.</summary>
    public int HeadBytes { get; internal set; }

    /// <summary>True if the field belongs to this hop only and must not be copied to the next one.</summary>
    public bool IsHopByHop(int index) => (Fields[index].Flags & FieldFlags.HopByHop) != 0;

    /// <summary>True if the field may go on to the client at all: not of this hop, and not marked as bad.</summary>
    public bool IsForwarded(int index) => (Fields[index].Flags & (FieldFlags.HopByHop | FieldFlags.NotForwarded)) == 0;

    /// <summary>Points the head to where its bytes are now.</summary>
    public void Rebase(byte[] buffer, int start) => Fields.Rebase(buffer, start);

    /// <summary>Forgets everything but the memory, for a head whose bytes begin at <paramref name="start"/>.</summary>
    public void Reset(byte[] buffer, int start)
    {
        Fields.Reset(buffer, start);
        _reason = default;
        StatusCode = 0;
        Version = ProtocolVersion.Http11;
        MinorVersion = 1;
        Framing = BodyFraming.None;
        ContentLength = Absent;
        Reusable = false;
        ConnectionOptions = ConnectionOptions.None;
        Upgrade = UpgradeKind.None;
        KeepAliveTimeoutSeconds = KeepAliveMaxRequests = Absent;
        Refusal = ResponseRefusal.None;
        HeadBytes = 0;
    }

    internal void SetReason(ByteRange reason) => _reason = reason;

    /// <summary>The first reason stays.</summary>
    internal void Refuse(ResponseRefusal refusal)
    {
        if (Refusal == ResponseRefusal.None)
        {
            Refusal = refusal;
        }
    }
}
