namespace Weir.Output;

/// <summary>
/// Tells how far something has come that takes longer than a moment: on a terminal in one line that is gone in the end, and
/// elsewhere, where lines stay, now and then in one of its own. Owned by the command; disposed before the result is written.
/// </summary>
internal sealed class ProgressLine : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1), _interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _plainInterval = TimeSpan.FromSeconds(10);

    private readonly Terminal _terminal;
    private readonly MessageWriter _messages;
    private readonly Func<string> _ask;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private bool _isOver;

    /// <param name="ask">What to tell; called on any thread, one at a time.</param>
    public ProgressLine(Terminal terminal, MessageWriter messages, TimeProvider time, Func<string> ask)
    {
        _terminal = terminal;
        _messages = messages;
        _ask = ask;
        _timer = terminal.HasTransientLine
            ? time.CreateTimer(_ => Tell(), null, _patience, _interval)
            : time.CreateTimer(_ => Tell(), null, _plainInterval, _plainInterval);
    }

    /// <summary>Of a command whose result goes to standard output: what goes there does not matter to standard error.</summary>
    public static ProgressLine OfProcess(MessageWriter messages, Func<string> ask) => new(
        new Terminal(
            Console.Out,
            Console.Error,
            hasColours: false,
            hasTransientLine: !Console.IsErrorRedirected,
            Console.IsErrorRedirected ? TextTable.MaxWidth : Console.WindowWidth),
        messages,
        TimeProvider.System,
        ask);

    public void Dispose()
    {
        _timer.Dispose();
        lock (_lock)
        {
            _isOver = true;
            _terminal.ClearStatus();
        }
    }

    private void Tell()
    {
        lock (_lock)
        {
            if (_isOver)
            {
                return;
            }

            if (_terminal.HasTransientLine)
            {
                _terminal.Status(_ask());
            }
            else
            {
                _messages.Say("progress", _ask());
            }
        }
    }
}
