namespace Weir.Http;

/// <summary>
/// Compares a request with the protocol, in the order and with the reasons that the access log shows. It raises
/// verdicts on the head and marks fields; it refuses nothing. Source: http-desync-guardian; ALB user guide.
/// </summary>
internal static class RequestClassifier
{
    /// <summary>
    /// Judges one field; the flags are to be added to it. <paramref name="name"/> is without blanks around it, and
    /// <paramref name="hasControls"/> says whether to look for control characters at all.
    /// </summary>
    public static FieldFlags JudgeField(
        RequestHead head,
        KnownHeader known,
        ReadOnlySpan<byte> name,
        bool padded,
        ReadOnlySpan<byte> value,
        bool hasControls)
    {
        FieldFlags flags = FieldFlags.None;
        bool token = true;
        if (known == KnownHeader.Other && name.ContainsAnyExcept(HttpCharacters.AlbName))
        {
            flags |= FieldFlags.InvalidName;
            token = !name.ContainsAnyExcept(HttpCharacters.Token);
        }

        // The blanks are part of the name as sent, and no valid name has any.
        if (padded || name.IsEmpty)
        {
            flags |= FieldFlags.InvalidName;
        }

        bool badValue = hasControls && value.ContainsAny(HttpCharacters.ValueControl);
        if (!token || padded || badValue)
        {
            flags |= JudgeBadCharacters(head, name, value, badValue);
        }

        if (name.IsEmpty)
        {
            head.Raise(Classification.Ambiguous, ClassificationReason.EmptyHeader);
            return flags | FieldFlags.NotForwarded;
        }

        return flags | JudgeFramingField(head, known, name, padded);
    }

    /// <summary>Judges the method, the version and the target.</summary>
    public static void JudgeRequestLine(RequestHead head)
    {
        if (head.Refusal == RequestRefusal.Http2Preface)
        {
            return;
        }

        if (!HttpCharacters.IsToken(head.Method))
        {
            head.Raise(Classification.Severe, ClassificationReason.BadMethod);
        }

        RequestAnomalies anomalies = head.Anomalies;
        if ((anomalies & RequestAnomalies.VersionNotUnderstood) != 0)
        {
            head.Raise(Classification.Severe, ClassificationReason.BadVersion);
        }
        else if (head.MinorVersion > 1 || (anomalies & RequestAnomalies.SpacesAroundVersion) != 0)
        {
            head.Raise(Classification.Acceptable, ClassificationReason.NonCompliantVersion);
        }

        JudgeTarget(head);
    }

    /// <summary>
    /// Judges what only the text shows. Last, because the log's documentation does not know these reasons, and one that
    /// it knows should win within a class.
    /// </summary>
    public static void JudgeText(RequestHead head)
    {
        RaiseIf(head, RequestAnomalies.NoTarget, Classification.Ambiguous, ClassificationReason.MissingUri);
        RaiseIf(head, RequestAnomalies.FoldedLine, Classification.Ambiguous, ClassificationReason.MultilineHeader);
        RaiseIf(head, RequestAnomalies.NoColon, Classification.Ambiguous, ClassificationReason.MissingHeaderColon);
        RaiseIf(head, RequestAnomalies.PartialLine, Classification.Ambiguous, ClassificationReason.PartialHeaderLine);
        RaiseIf(
            head,
            RequestAnomalies.NoLastEmptyLine,
            Classification.Ambiguous,
            ClassificationReason.MissingLastEmptyLine);
        RaiseIf(
            head,
            RequestAnomalies.BareLfLine,
            Classification.Acceptable,
            ClassificationReason.NonCrLfLineTermination);
    }

    private static void RaiseIf(
        RequestHead head, RequestAnomalies anomaly, Classification classification, ClassificationReason reason)
    {
        if ((head.Anomalies & anomaly) != 0)
        {
            head.Raise(classification, reason);
        }
    }

    private static FieldFlags JudgeBadCharacters(
        RequestHead head, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool badValue)
    {
        if (name.ContainsAny(HttpCharacters.LineBreaking) || value.ContainsAny(HttpCharacters.LineBreaking))
        {
            head.Raise(Classification.Severe, ClassificationReason.BadHeader);
        }
        else
        {
            head.Raise(Classification.Acceptable, ClassificationReason.NonCompliantHeader);
        }

        return badValue || name.ContainsAny(HttpCharacters.Control) ? FieldFlags.NotForwarded : FieldFlags.None;
    }

    private static FieldFlags JudgeFramingField(
        RequestHead head, KnownHeader known, ReadOnlySpan<byte> name, bool padded)
    {
        bool exact = known != KnownHeader.Other && !padded;
        bool transferEncoding = known == KnownHeader.TransferEncoding
            || (known == KnownHeader.Other && Lookalike.Of(name, "transferencoding"u8));
        bool contentLength = known == KnownHeader.ContentLength
            || (known == KnownHeader.Other && Lookalike.Of(name, "contentlength"u8));
        if (!transferEncoding && !contentLength)
        {
            return FieldFlags.None;
        }

        head.Anomalies |= transferEncoding
            ? RequestAnomalies.TransferEncodingSeen
            : RequestAnomalies.ContentLengthSeen;
        if (exact)
        {
            return FieldFlags.None;
        }

        head.Raise(Classification.Ambiguous, ClassificationReason.SuspiciousHeader);
        return transferEncoding ? FieldFlags.LooksLikeTransferEncoding : FieldFlags.LooksLikeContentLength;
    }

    private static void JudgeTarget(RequestHead head)
    {
        ReadOnlySpan<byte> target = head.Target;
        bool spacesAround = (head.Anomalies & RequestAnomalies.SpacesAroundTarget) != 0;
        if (target.ContainsAny(HttpCharacters.Control))
        {
            bool breaking = target.ContainsAny(HttpCharacters.LineBreaking);
            head.Raise(
                breaking ? Classification.Severe : Classification.Ambiguous,
                breaking ? ClassificationReason.BadUri : ClassificationReason.AmbiguousUri);
        }
        else if (spacesAround || target.Contains((byte)' '))
        {
            head.Raise(Classification.Acceptable, ClassificationReason.SpaceInUri);
        }
    }
}
