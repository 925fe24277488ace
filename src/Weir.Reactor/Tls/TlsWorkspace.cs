using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Weir.Reactor;

/// <summary>
/// Where the TLS connections of one loop meet OpenSSL: encrypted bytes pass through here in both directions, and none stay
/// when a call is over. So one loop needs two buffers, whatever the number of its connections.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class TlsWorkspace
{
    /// <summary>The most that one record carries. // Source: RFC 8446 §5.1</summary>
    public const int RecordBytes = 16 * 1024;

    /// <summary>Records that go out in one send: as many as a piece of a body makes.</summary>
    public const int RecordsPerSend = 4;

    // What a record adds: 5 of header, at most 256 around the data (TLS 1.3; TLS 1.2 with a block cipher needs less).
    // Source: RFC 8446 §5.2, RFC 5246 §6.2.3
    public const int RecordOverheadBytes = 5 + 256;

    private readonly byte[] _received = GC.AllocateUninitializedArray<byte>(Capacity, pinned: true);
    private readonly byte[] _produced = GC.AllocateUninitializedArray<byte>(Capacity, pinned: true);
    private readonly State[] _state = GC.AllocateArray<State>(1, pinned: true);

    public TlsWorkspace()
    {
        // The arrays are pinned for their lives, and the workspace holds them for longer than any BIO that knows the state.
        Shared = (State*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_state));
        Shared->Produced = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_produced));
    }

    public static int Capacity => RecordsPerSend * (RecordBytes + RecordOverheadBytes);

    /// <summary>What the BIO's functions see.</summary>
    public State* Shared { get; }

    /// <summary>Bytes that OpenSSL has not taken yet.</summary>
    public int UnreadBytes => Shared->UnreadBytes;

    /// <summary>Bytes that OpenSSL has made and nobody has taken away.</summary>
    public int ProducedBytes => Shared->ProducedBytes;

    /// <summary>A server has given the connection, a client's, a session that can be taken up again.</summary>
    public bool HasNewSession => Shared->NewSessions > 0;

    /// <summary>To receive into; then offer it.</summary>
    public Span<byte> Room(int atMost) => _received.AsSpan(0, Math.Min(atMost, _received.Length));

    public ReadOnlySpan<byte> Produced => _produced.AsSpan(0, Shared->ProducedBytes);

    public ReadOnlySpan<byte> Unread => new(Shared->Unread, Shared->UnreadBytes);

    /// <summary>OpenSSL may take the first <paramref name="bytes"/> of the room.</summary>
    public void Offer(int bytes) => Offer(_received, 0, bytes);

    /// <summary>OpenSSL may take these bytes of a buffer of the loop, which stays where it is until <see cref="End"/>.</summary>
    public void Offer(byte[] pinned, int start, int bytes)
    {
        Shared->Unread = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned)) + start;
        Shared->UnreadBytes = bytes;
    }

    /// <summary>What was produced has been taken away.</summary>
    public void TakeProduced() => Shared->ProducedBytes = 0;

    /// <summary>A connection is done with it: nothing of its bytes is left for the next.</summary>
    public void End()
    {
        Shared->Unread = null;
        Shared->UnreadBytes = 0;
        Shared->ProducedBytes = 0;
        Shared->NewSessions = 0;
    }

    /// <summary>Both directions of the connection whose call into OpenSSL is under way.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct State
    {
        public byte* Unread;
        public byte* Produced;
        public int UnreadBytes;
        public int ProducedBytes;
        public int NewSessions;
    }
}
