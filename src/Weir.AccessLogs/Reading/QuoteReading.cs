namespace Weir.AccessLogs.Reading;

/// <summary>Which quote ends a quoted field, where not every one can.</summary>
internal enum QuoteReading
{
    /// <summary>Each that no backslash escapes; the next field may follow at once, as in <c>"-"1</c>.</summary>
    EscapedByBackslash,

    /// <summary>Each before a space or the line's end: quotes within are bare, and a backslash is one.</summary>
    EndsBeforeSpace,
}
