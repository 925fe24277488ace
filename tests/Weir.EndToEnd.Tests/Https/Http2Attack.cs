using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;

namespace Weir.EndToEnd.Tests;

/// <summary>A client that floods with frames, each bound in number, and sees how it is ended.</summary>
internal static class Http2Attack
{
    private const int Frames = 3000;

    private static readonly byte[] _preface = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0];

    // :method GET, :scheme https, :path /
    private static readonly byte[] _get = [0x82, 0x87, 0x84];

    /// <summary>The code of GOAWAY, and whether the connection was closed after it.</summary>
    public static async Task<(uint Code, bool Closed)> Run(int port, string kind)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, Deadline.Token());
#pragma warning disable CA5359 // The certificates of these tests are signed by nobody.
        await using var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, static (_, _, _, _) => true);
#pragma warning restore CA5359
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "site.test", ApplicationProtocols = [SslApplicationProtocol.Http2] }, Deadline.Token());
        Assert.Equal(SslApplicationProtocol.Http2, stream.NegotiatedApplicationProtocol);
        Task<(uint, bool)> reading = Read(stream);
        try
        {
            await stream.WriteAsync(_preface, Deadline.Token());
            for (int i = 0; i < Frames && !reading.IsCompleted; i++)
            {
                await stream.WriteAsync(Next(kind, i), Deadline.Token());
            }
        }
        catch (IOException)
        {
            // Ended in the middle, as it should be.
        }

        return await reading;
    }

    private static byte[] Next(string kind, int i) => kind switch
    {
        "reset_flood" => [.. Frame(1, 5, (2 * i) + 1, _get), .. Frame(3, 0, (2 * i) + 1, [0, 0, 0, 8])],
        "ping_flood" => Frame(6, 0, 0, new byte[8]),
        "settings_flood" => Frame(4, 0, 0, []),
        _ => i == 0 ? Frame(1, 0, 1, _get) : Frame(9, 0, 1, [0x00, 0x01, (byte)'x', 0x01, (byte)'y']),
    };

    private static byte[] Frame(byte type, byte flags, int id, byte[] payload)
    {
        byte[] frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, ((uint)payload.Length << 8) | type);
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), id);
        payload.CopyTo(frame, 9);
        return frame;
    }

    private static async Task<(uint Code, bool Closed)> Read(SslStream stream)
    {
        uint code = uint.MaxValue;
        byte[] header = new byte[9];
        try
        {
            while (await stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, Deadline.Token()) == header.Length)
            {
                byte[] payload = new byte[(header[0] << 16) | (header[1] << 8) | header[2]];
                await stream.ReadExactlyAsync(payload, Deadline.Token());
                if (header[3] == 7)
                {
                    code = BinaryPrimitives.ReadUInt32BigEndian(payload.AsSpan(4));
                }
            }
        }
        catch (IOException)
        {
            // A reset is an end too.
        }

        return (code, true);
    }
}
