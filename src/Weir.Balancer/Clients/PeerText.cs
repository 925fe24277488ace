using System.Net;
using Weir.Http;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// The texts of one client connection, made once: its address for X-Forwarded-For and the log, and the id that joins
/// its access-log lines to its connection-log line. One array a connection.
/// </summary>
internal readonly struct PeerText
{
    private const int TraceBytes = 4 + 32;

    private readonly byte[] _bytes;
    private readonly byte _forwardedStart;
    private readonly byte _addressBytes;

    public PeerText(Loop loop, IPEndPoint remote)
    {
        Span<byte> address = stackalloc byte[64];
        remote.Address.TryFormat(address, out int addressBytes);
        bool isIPv6 = remote.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;

        Span<byte> text = stackalloc byte[TraceBytes + 160];
        var writer = new HeadWriter(text);
        writer.Append("TID_"u8);
        writer.AppendHex(loop.Random.NextUInt64(), 16);
        writer.AppendHex(loop.Random.NextUInt64(), 16);
        writer.Append(address[..addressBytes]);
        writer.Append((byte)':');
        writer.AppendDecimal(remote.Port);
        _addressBytes = (byte)addressBytes;
        _forwardedStart = TraceBytes;
        if (isIPv6)
        {
            _forwardedStart = (byte)writer.Length;
            writer.Append((byte)'[');
            writer.Append(address[..addressBytes]);
            writer.Append("]:"u8);
            writer.AppendDecimal(remote.Port);
        }

        _bytes = writer.Written.ToArray();
    }

    public ReadOnlySpan<byte> ConnectionTraceId => _bytes.AsSpan(0, TraceBytes);

    /// <summary>The bare address. Source: ALB user guide, X-Forwarded headers.</summary>
    public ReadOnlySpan<byte> Address => _bytes.AsSpan(TraceBytes, _addressBytes);

    public ReadOnlySpan<byte> Port => LogText[(_addressBytes + 1)..];

    /// <summary><c>a.b.c.d:port</c> or <c>[v6]:port</c>. Source: ALB user guide, client port preservation.</summary>
    public ReadOnlySpan<byte> AddressAndPort => _bytes.AsSpan(_forwardedStart);

    /// <summary><c>a.b.c.d:port</c> or <c>v6:port</c>, as the access log has it.</summary>
    public ReadOnlySpan<byte> LogText =>
        _forwardedStart == TraceBytes ? _bytes.AsSpan(TraceBytes) : _bytes.AsSpan(TraceBytes, _forwardedStart - TraceBytes);
}
