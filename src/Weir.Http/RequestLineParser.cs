namespace Weir.Http;

/// <summary>
/// Takes a request line apart. It must not judge fields, and refuses only what leaves nothing to read on.
/// </summary>
internal static class RequestLineParser
{
    /// <summary>
    /// <c>request-line = method SP request-target SP HTTP-version</c> (RFC 9112 §3), where spaces inside and around the
    /// target are kept apart by taking the first and the last one. False if reading cannot go on.
    /// </summary>
    public static bool Read(RequestHead head, ReadOnlySpan<byte> line, int offset)
    {
        head.RequestLineRange = new ByteRange(offset, line.Length);
        if (line.SequenceEqual("PRI * HTTP/2.0"u8))
        {
            head.Refuse(RequestRefusal.Http2Preface);
            return false;
        }

        int methodLength = line.IndexOf((byte)' ');
        ReadOnlySpan<byte> method = methodLength < 0 ? line : line[..methodLength];
        head.SetMethod(new ByteRange(offset, method.Length));
        if (methodLength < 0 || method.ContainsAny(HttpCharacters.Control))
        {
            head.Anomalies |= methodLength < 0 ? RequestAnomalies.NoTarget : RequestAnomalies.None;
            head.Refuse(RequestRefusal.NotHttp);
            return false;
        }

        int restStart = methodLength + 1;
        ReadOnlySpan<byte> rest = line[restStart..];
        int end = rest.LastIndexOfAnyExcept((byte)' ') + 1;
        if (end < rest.Length)
        {
            head.Anomalies |= RequestAnomalies.SpacesAroundVersion;
        }

        int versionStart = rest[..end].LastIndexOf((byte)' ') + 1;
        ReadOnlySpan<byte> version = rest[versionStart..end];
        if (!version.StartsWith("HTTP/"u8))
        {
            return ReadWithoutVersion(head, rest[..end], versionStart, offset + restStart);
        }

        return ReadVersion(head, version) && ReadTarget(head, rest[..versionStart], offset + restStart);
    }

    // Without a version it is HTTP/0.9, whose request is this one line: no head will follow.
    private static bool ReadWithoutVersion(RequestHead head, ReadOnlySpan<byte> rest, int lastWordStart, int offset)
    {
        if (rest.IsEmpty)
        {
            head.Anomalies |= RequestAnomalies.NoTarget;
            head.Refuse(RequestRefusal.NotHttp);
        }
        else if (rest.IndexOfAnyExcept((byte)' ') == lastWordStart)
        {
            head.Version = ProtocolVersion.Http09;
            head.MinorVersion = 9;
            ReadTarget(head, rest, offset);
            head.Refuse(RequestRefusal.Http09);
        }
        else
        {
            head.Anomalies |= RequestAnomalies.VersionNotUnderstood;
            head.Refuse(RequestRefusal.NotHttp);
        }

        return false;
    }

    private static bool ReadVersion(RequestHead head, ReadOnlySpan<byte> version)
    {
        if (version.SequenceEqual("HTTP/1.1"u8))
        {
            return true;
        }

        if (version.Length == 8 && version.StartsWith("HTTP/1."u8) && char.IsAsciiDigit((char)version[7]))
        {
            head.MinorVersion = version[7] - '0';
            head.Version = head.MinorVersion == 0 ? ProtocolVersion.Http10 : ProtocolVersion.Http11;
            return true;
        }

        if (version.SequenceEqual("HTTP/0.9"u8))
        {
            // Its fields are still read, so that the log can show what they were.
            head.Version = ProtocolVersion.Http09;
            head.MinorVersion = 9;
            head.Refuse(RequestRefusal.Http09);
            return true;
        }

        head.Anomalies |= RequestAnomalies.VersionNotUnderstood;
        head.Refuse(RequestRefusal.UnsupportedVersion);
        return false;
    }

    private static bool ReadTarget(RequestHead head, ReadOnlySpan<byte> padded, int offset)
    {
        int start = padded.IndexOfAnyExcept((byte)' ');
        if (start < 0)
        {
            head.Anomalies |= RequestAnomalies.NoTarget;
            head.Refuse(RequestRefusal.NotHttp);
            return false;
        }

        int end = padded.LastIndexOfAnyExcept((byte)' ') + 1;
        NoteSpaces(head, start, padded.Length - end);
        ReadOnlySpan<byte> target = padded[start..end];
        if (!TargetParts.TrySplit(target, head.KnownMethod, out TargetParts parts))
        {
            head.Refuse(RequestRefusal.InvalidTarget);
        }

        head.SetTarget(new ByteRange(offset + start, target.Length), parts);
        return true;
    }

    private static void NoteSpaces(RequestHead head, int before, int after)
    {
        if (before > 0)
        {
            head.Anomalies |= RequestAnomalies.SpacesAroundTarget;
        }

        // One space separates the target from the version; with no version there is none.
        if (after > 1)
        {
            head.Anomalies |= RequestAnomalies.SpacesAroundVersion;
        }
    }
}
