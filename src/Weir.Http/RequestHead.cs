namespace Weir.Http;

/// <summary>
/// The head of a request with everything its bytes say about it. Owned by a client connection or stream and reused for
/// the next request; it refers to the connection's buffer by offset and must not be read after those bytes are gone.
/// It knows no policy and no text form: HTTP/2 fills it from decoded fields.
/// </summary>
public sealed class RequestHead
{
    private ByteRange _method;
    private ByteRange _target;
    private ByteRange _scheme;
    private ByteRange _authority;
    private ByteRange _path;
    private ByteRange _query;

    public FieldTable Fields { get; } = new();

    public ReadOnlySpan<byte> Method => Slice(_method);

    public RequestMethod KnownMethod { get; private set; }

    /// <summary>The request target as sent, without spaces around it.</summary>
    public ReadOnlySpan<byte> Target => Slice(_target);

    public TargetForm TargetForm { get; private set; }

    /// <summary>The scheme of the absolute form and of HTTP/2, as sent; otherwise empty.</summary>
    public ReadOnlySpan<byte> Scheme => Slice(_scheme);

    /// <summary>The authority of the absolute and the authority form and of HTTP/2, as sent; otherwise empty.</summary>
    public ReadOnlySpan<byte> Authority => Slice(_authority);

    /// <summary>
    /// The path without the query; <c>*</c> in the asterisk form. Empty if the absolute form has none, which means
    /// <c>/</c> (RFC 9112 §3.2.1).
    /// </summary>
    public ReadOnlySpan<byte> Path => Slice(_path);

    /// <summary>What follows the first <c>?</c>; empty if there is none.</summary>
    public ReadOnlySpan<byte> Query => Slice(_query);

    public ProtocolVersion Version { get; internal set; }

    /// <summary>The digit after the dot, as sent: 0 to 9.</summary>
    public int MinorVersion { get; internal set; }

    /// <summary>
    /// How the body is framed. Who forwards the request writes the framing from this and copies neither
    /// Content-Length nor Transfer-Encoding.
    /// </summary>
    public BodyFraming Framing { get; internal set; }

    /// <summary>
    /// True if the client allows another request after this one. False as well where the framing was contradictory and
    /// the connection has to end (RFC 9112 §6.1).
    /// </summary>
    public bool KeepAlive { get; internal set; }

    /// <summary>True if the client waits for <c>100 Continue</c>; never in HTTP/1.0 (RFC 9110 §10.1.1).</summary>
    public bool ExpectContinue { get; internal set; }

    /// <summary>What the client asks to go on with. WebSocket needs GET (RFC 6455 §4.1), and no body.</summary>
    public UpgradeKind Upgrade { get; internal set; }

    public ConnectionOptions ConnectionOptions { get; internal set; }

    /// <summary>Index of the first Host field that may be forwarded, which is the one that counts, or -1.</summary>
    public int HostIndex { get; internal set; } = -1;

    /// <summary>The value of that field; empty if there is none.</summary>
    public ReadOnlySpan<byte> Host => HostIndex < 0 ? default : Fields.Value(HostIndex);

    public Classification Classification { get; private set; }

    public ClassificationReason ClassificationReason { get; private set; }

    public RequestRefusal Refusal { get; private set; }

    /// <summary>
    /// Bytes from the head's start through its last line end, skipped empty lines included; of HTTP/2 those of the
    /// frames.
    /// </summary>
    public int HeadBytes { get; internal set; }

    /// <summary>Bytes of the request line without its line end, and where it starts; for the log.</summary>
    internal ByteRange RequestLineRange { get; set; }

    /// <summary>The request line as sent.</summary>
    public ReadOnlySpan<byte> RequestLine => Slice(RequestLineRange);

    /// <summary>Seen while reading, judged when the head is whole.</summary>
    internal RequestAnomalies Anomalies { get; set; }

    /// <summary>True if the field belongs to this hop only and must not be copied to the next one.</summary>
    public bool IsHopByHop(int index) => (Fields[index].Flags & FieldFlags.HopByHop) != 0;

    /// <summary>True if the field may go on to the target at all: not of this hop, and not marked as bad.</summary>
    public bool IsForwarded(int index) => (Fields[index].Flags & (FieldFlags.HopByHop | FieldFlags.NotForwarded)) == 0;

    /// <summary>Points the head to where its bytes are now; all verdicts stay.</summary>
    public void Rebase(byte[] buffer, int start) => Fields.Rebase(buffer, start);

    /// <summary>Forgets everything but the memory, for a head whose bytes begin at <paramref name="start"/>.</summary>
    public void Reset(byte[] buffer, int start)
    {
        Fields.Reset(buffer, start);
        _method = _target = _scheme = _authority = _path = _query = RequestLineRange = default;
        KnownMethod = RequestMethod.Other;
        TargetForm = TargetForm.Origin;
        Version = ProtocolVersion.Http11;
        MinorVersion = 1;
        Framing = BodyFraming.None;
        KeepAlive = ExpectContinue = false;
        Upgrade = UpgradeKind.None;
        ConnectionOptions = ConnectionOptions.None;
        HostIndex = -1;
        Classification = Classification.Compliant;
        ClassificationReason = ClassificationReason.None;
        Refusal = RequestRefusal.None;
        HeadBytes = 0;
        Anomalies = RequestAnomalies.None;
    }

    internal void SetMethod(ByteRange method)
    {
        _method = method;
        KnownMethod = RequestMethods.Lookup(Slice(method));
    }

    internal void SetTarget(ByteRange target, in TargetParts parts)
    {
        _target = target;
        TargetForm = parts.Form;
        _scheme = Within(target, parts.Scheme);
        _authority = Within(target, parts.Authority);
        _path = Within(target, parts.Path);
        _query = Within(target, parts.Query);
    }

    /// <summary>HTTP/2 sends them apart from the target.</summary>
    internal void SetOrigin(ByteRange scheme, ByteRange authority)
    {
        _scheme = scheme;
        _authority = authority;
    }

    /// <summary>
    /// A verdict is only raised, and only by a strictly higher class: the first reason of the worst class stays. HTTP/2
    /// has no text to be misread and is always compliant.
    /// Source: http-desync-guardian.
    /// </summary>
    internal void Raise(Classification classification, ClassificationReason reason)
    {
        if (classification > Classification && Version < ProtocolVersion.Http2)
        {
            Classification = classification;
            ClassificationReason = reason;
        }
    }

    /// <summary>The first reason stays.</summary>
    internal void Refuse(RequestRefusal refusal)
    {
        if (Refusal == RequestRefusal.None)
        {
            Refusal = refusal;
        }
    }

    private static ByteRange Within(ByteRange outer, ByteRange inner) => new(outer.Offset + inner.Offset, inner.Length);

    private ReadOnlySpan<byte> Slice(ByteRange range) => Fields.Slice(range.Offset, range.Length);
}
