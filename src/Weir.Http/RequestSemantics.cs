using System.Text;

namespace Weir.Http;

/// <summary>
/// Works out what a whole request head means: framing, persistence, expectations, hop-by-hop fields, and with them the
/// rest of the verdict. It reads the field table only, so that it serves any version of the protocol.
/// </summary>
internal static class RequestSemantics
{
    public static void Apply(RequestHead head)
    {
        RequestFraming.Apply(head);
        RequestClassifier.JudgeRequestLine(head);
        RequestClassifier.JudgeText(head);

        FieldTable fields = head.Fields;
        head.HostIndex = FirstHost(fields);
        if (HasInvalidHost(head))
        {
            head.Refuse(RequestRefusal.InvalidHost);
        }

        if (head.HostIndex < 0 && head.Version == ProtocolVersion.Http11)
        {
            head.Refuse(RequestRefusal.MissingHost);
        }

        if (!HopByHop.TryMark(fields, out ConnectionOptions options))
        {
            head.Refuse(RequestRefusal.TooManyConnectionOptions);
        }

        head.ConnectionOptions = options;
        head.KeepAlive = AllowsNext(head);
        head.ExpectContinue = Expects100(head);
        head.Upgrade = RequestedUpgrade(head);
    }

    // One that must not be forwarded is none: the target would get a request without Host.
    private static int FirstHost(FieldTable fields)
    {
        int index = fields.IndexOf(KnownHeader.Host);
        while (index >= 0 && (fields[index].Flags & FieldFlags.NotForwarded) != 0)
        {
            index = fields.IndexOf(KnownHeader.Host, index + 1);
        }

        return index;
    }

    // All that came, even those that would not go on: what another hop takes for the host is not ours to guess.
    private static bool HasInvalidHost(RequestHead head)
    {
        FieldTable fields = head.Fields;
        for (int index = -1; (index = fields.IndexOf(KnownHeader.Host, index + 1)) >= 0;)
        {
            ReadOnlySpan<byte> value = fields.Value(index);
            if (!value.IsEmpty && !HostValue.IsHost(value))
            {
                return true;
            }
        }

        return head.TargetForm == TargetForm.Absolute && !HostValue.IsHost(head.Authority);
    }

    // Persistence. Source: RFC 9112 §9.3. Faulty framing ends the connection. Source: RFC 9112 §6.1.
    private static bool AllowsNext(RequestHead head)
    {
        if ((head.ConnectionOptions & ConnectionOptions.Close) != 0)
        {
            return false;
        }

        bool transferEncoding = head.Fields.Contains(KnownHeader.TransferEncoding);
        if (head.Version < ProtocolVersion.Http11)
        {
            return !transferEncoding && (head.ConnectionOptions & ConnectionOptions.KeepAlive) != 0;
        }

        return !(transferEncoding && head.Fields.Contains(KnownHeader.ContentLength));
    }

    private static bool Expects100(RequestHead head)
    {
        if (head.Version != ProtocolVersion.Http11 || !head.Fields.Contains(KnownHeader.Expect))
        {
            return false;
        }

        for (int index = -1; (index = head.Fields.IndexOf(KnownHeader.Expect, index + 1)) >= 0;)
        {
            if (Ascii.EqualsIgnoreCase(head.Fields.Value(index), "100-continue"u8))
            {
                return true;
            }
        }

        return false;
    }

    private static UpgradeKind RequestedUpgrade(RequestHead head)
    {
        if (head.Version != ProtocolVersion.Http11)
        {
            return UpgradeKind.None;
        }

        UpgradeKind kind = HopByHop.Upgrade(head.Fields, head.ConnectionOptions);
        return kind == UpgradeKind.WebSocket && (head.KnownMethod != RequestMethod.Get || head.Framing.Kind != BodyKind.None)
            ? UpgradeKind.Other
            : kind;
    }
}
