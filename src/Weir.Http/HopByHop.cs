using System.Text;

namespace Weir.Http;

/// <summary>
/// The fields that belong to one connection, by their own name or because Connection names them. It marks them; it
/// removes none. Source: RFC 9110 §7.6.1.
/// </summary>
internal static class HopByHop
{
    // Masks over KnownHeader: one test a field.
    private const ulong Always =
        (1UL << (int)KnownHeader.Connection) | (1UL << (int)KnownHeader.KeepAlive)
        | (1UL << (int)KnownHeader.ProxyConnection) | (1UL << (int)KnownHeader.Te)
        | (1UL << (int)KnownHeader.TransferEncoding) | (1UL << (int)KnownHeader.Upgrade);

    // A client must not take these from the target by naming them in Connection: the message would lose its framing or
    // its authority, or the target the balancer's word about the client.
    private const ulong Never =
        (1UL << (int)KnownHeader.ContentLength) | (1UL << (int)KnownHeader.Host)
        | (1UL << (int)KnownHeader.XForwardedFor) | (1UL << (int)KnownHeader.XForwardedProto)
        | (1UL << (int)KnownHeader.XForwardedPort) | (1UL << (int)KnownHeader.XAmznTraceId);

    /// <summary>
    /// Marks the fields; false if there are more options than <see cref="HttpLimits.ConnectionOptions"/>.
    /// </summary>
    public static bool TryMark(FieldTable fields, out ConnectionOptions options)
    {
        options = ConnectionOptions.None;
        if (!fields.ContainsAny(Always))
        {
            return true;
        }

        int optionCount = 0;
        for (int index = 0; index < fields.Count; index++)
        {
            KnownHeader known = fields[index].Known;
            if ((Always & (1UL << (int)known)) == 0)
            {
                continue;
            }

            fields.Mark(index, FieldFlags.HopByHop);
            if (known == KnownHeader.Connection && !TryReadOptions(fields, index, ref options, ref optionCount))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What Upgrade asks for or grants, where Connection goes with it.</summary>
    public static UpgradeKind Upgrade(FieldTable fields, ConnectionOptions options)
    {
        if (!fields.Contains(KnownHeader.Upgrade) || (options & ConnectionOptions.Upgrade) == 0)
        {
            return UpgradeKind.None;
        }

        for (int index = -1; (index = fields.IndexOf(KnownHeader.Upgrade, index + 1)) >= 0;)
        {
            ListReader protocols = new(fields.Value(index));
            while (protocols.TryNext(out ReadOnlySpan<byte> protocol))
            {
                if (Ascii.EqualsIgnoreCase(protocol, "websocket"u8))
                {
                    return UpgradeKind.WebSocket;
                }
            }
        }

        return UpgradeKind.Other;
    }

    private static bool TryReadOptions(FieldTable fields, int index, ref ConnectionOptions options, ref int optionCount)
    {
        ListReader list = new(fields.Value(index));
        while (list.TryNext(out ReadOnlySpan<byte> option))
        {
            if (option.IsEmpty)
            {
                continue;
            }

            if (++optionCount > HttpLimits.ConnectionOptions)
            {
                return false;
            }

            ConnectionOptions known = Option(option);
            options |= known;
            if (known == ConnectionOptions.None)
            {
                MarkNamed(fields, option);
            }
        }

        return true;
    }

    private static ConnectionOptions Option(ReadOnlySpan<byte> option) => option.Length switch
    {
        5 when Ascii.EqualsIgnoreCase(option, "close"u8) => ConnectionOptions.Close,
        10 when Ascii.EqualsIgnoreCase(option, "keep-alive"u8) => ConnectionOptions.KeepAlive,
        7 when Ascii.EqualsIgnoreCase(option, "upgrade"u8) => ConnectionOptions.Upgrade,
        _ => ConnectionOptions.None,
    };

    private static void MarkNamed(FieldTable fields, ReadOnlySpan<byte> name)
    {
        for (int index = -1; (index = fields.IndexOf(name, index + 1)) >= 0;)
        {
            if ((Never & (1UL << (int)fields[index].Known)) == 0)
            {
                fields.Mark(index, FieldFlags.HopByHop);
            }
        }
    }
}
