using System.Text;

namespace Weir.Diagnosis.TargetLogs;

/// <summary>
/// A line's form as fields with text between them. A field ends where the text after it begins; a space in the pattern
/// stands for one or more. Made by <see cref="LogPatternSyntax"/>; never changes.
/// </summary>
internal sealed class LogPattern
{
    private readonly string _before;
    private readonly IReadOnlyList<LogPatternPart> _parts;
    private readonly bool _mayTrail;

    /// <param name="before">The text before the first field.</param>
    /// <param name="parts">The fields.</param>
    /// <param name="mayTrail">Whether a line may go on after the last part.</param>
    public LogPattern(string before, IReadOnlyList<LogPatternPart> parts, bool mayTrail) =>
        (_before, _parts, _mayTrail) = (before, parts, mayTrail);

    /// <summary>Whether it has a field that a request could be found by.</summary>
    public bool IsUseful => _parts.Any(static part => part.Field is LogPatternField.RequestLine or LogPatternField.Path);

    public bool TryRead(ReadOnlySpan<char> line, EntryBuilder entry)
    {
        if (!Skip(ref line, _before))
        {
            return false;
        }

        foreach (var part in _parts)
        {
            var end = part.After.Length == 0 ? line.Length : EndOf(line, part.After);
            if (end < 0)
            {
                return false;
            }

            var value = line[..end];
            var isSet = part.IsForwardedFor ? entry.SetForwardedFor(value) : entry.Set(part.Field, value);
            line = line[end..];
            if (!isSet || !Skip(ref line, part.After))
            {
                return false;
            }
        }

        return _mayTrail || line.Trim().IsEmpty;
    }

    // A quote that ends a field is not one that the field holds: "\"" is how servers write that.
    private static int EndOf(ReadOnlySpan<char> line, string after)
    {
        for (var at = 0; at < line.Length; at++)
        {
            var found = line[at..].IndexOf(after[0]);
            if (found < 0)
            {
                return -1;
            }

            at += found;
            var isEscaped = after[0] == '"' && IsEscaped(line, at);
            var rest = line[at..];
            if (!isEscaped && Skip(ref rest, after))
            {
                return at;
            }
        }

        return -1;
    }

    private static bool IsEscaped(ReadOnlySpan<char> line, int at)
    {
        var backslashes = at - 1 - line[..at].LastIndexOfAnyExcept('\\');
        return backslashes % 2 == 1;
    }

    private static bool Skip(ref ReadOnlySpan<char> line, string text)
    {
        foreach (var expected in text)
        {
            if (line.IsEmpty || line[0] != expected)
            {
                return false;
            }

            line = expected == ' ' ? line.TrimStart(' ') : line[1..];
        }

        return true;
    }

    /// <summary>Collects a pattern from left to right.</summary>
    internal sealed class Builder
    {
        private readonly StringBuilder _text = new();
        private readonly List<LogPatternPart> _parts = [];
        private string? _before;
        private (LogPatternField Field, bool IsForwardedFor)? _open;

        public void Text(char character)
        {
            // A run of spaces is one space: it stands for a run anyway.
            if (character != ' ' || _text.Length == 0 || _text[^1] != ' ')
            {
                _text.Append(character);
            }
        }

        public void Field(LogPatternField field, bool isForwardedFor = false)
        {
            // Nothing stands between this one and the one before, as in %U%q: that takes both.
            if (_open is null || _text.Length > 0)
            {
                Close();
                _open = (field, isForwardedFor);
            }
        }

        public LogPattern Build(bool mayTrail)
        {
            Close();
            return new LogPattern(_before ?? "", _parts, mayTrail);
        }

        private void Close()
        {
            if (_open is { } open)
            {
                _parts.Add(new LogPatternPart(open.Field, open.IsForwardedFor, _text.ToString()));
            }
            else
            {
                _before = _text.ToString();
            }

            _text.Clear();
            _open = null;
        }
    }
}
