using System.Buffers.Binary;
using System.Net;

namespace Weir.Reactor;

/// <summary>struct sockaddr_in and sockaddr_in6 as bytes, to and from endpoints.</summary>
internal static class SocketAddress
{
    /// <summary>Large enough for sockaddr_in6 (28 bytes).</summary>
    public const int MaxBytes = 28;

    public static int FamilyOf(IPEndPoint endpoint) =>
        endpoint.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? LinuxAbi.AF_INET6 : LinuxAbi.AF_INET;

    /// <summary>Writes the address and returns its length in bytes.</summary>
    public static int Write(IPEndPoint endpoint, Span<byte> destination)
    {
        destination.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)endpoint.Port);
        if (FamilyOf(endpoint) == LinuxAbi.AF_INET)
        {
            BitConverter.TryWriteBytes(destination, (ushort)LinuxAbi.AF_INET);
            endpoint.Address.TryWriteBytes(destination[4..], out _);
            return 16;
        }

        BitConverter.TryWriteBytes(destination, (ushort)LinuxAbi.AF_INET6);
        endpoint.Address.TryWriteBytes(destination[8..], out _);
        BitConverter.TryWriteBytes(destination[24..], (uint)endpoint.Address.ScopeId);
        return 28;
    }

    public static IPEndPoint Read(ReadOnlySpan<byte> source)
    {
        int port = BinaryPrimitives.ReadUInt16BigEndian(source[2..]);
        return BitConverter.ToUInt16(source) == LinuxAbi.AF_INET6
            ? new IPEndPoint(new IPAddress(source.Slice(8, 16), BitConverter.ToUInt32(source[24..])), port)
            : new IPEndPoint(new IPAddress(source.Slice(4, 4)), port);
    }
}
