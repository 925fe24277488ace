using System.Runtime.Versioning;

namespace Weir.AccessLogs;

/// <summary>
/// Takes the loops' lines to their destination, on a thread of its own that sleeps until there is work. One a process,
/// owned by the program; it must never make a loop wait, and a destination that fails must never end the program.
/// </summary>
/// <remarks>
/// What holds: a stopped writer has delivered every line flushed before <see cref="Stop"/>, or counted it. A file never
/// ends in part of a line while the process lives. What does not: a killed process loses what its loops had not
/// flushed, what was queued, and in the directory layout what waited to be compressed
/// (<see cref="AccessLogLimits.StagedFor"/>); it may leave the last line of a plain file cut, and unfinished
/// <c>.part</c> files, which hold whole gzip members.
/// </remarks>
public sealed class AccessLogWriter : IDisposable
{
    private static readonly TimeSpan _disposeTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _timerResolution = TimeSpan.FromMilliseconds(1);

    private readonly IAccessLogDestination _destination;
    private readonly AccessLogDeliveryState _state;
    private readonly AccessLogQueue _queue;
    private readonly TimeProvider _time;
    private readonly string _name;
    private readonly ITimer _due;
    private readonly Lock _stopGate = new();
    private Thread? _thread;
    private volatile bool _reopenAsked;
    private volatile bool _stopAsked;
    private bool _completed;
    private bool _disposed;

    internal AccessLogWriter(IAccessLogDestination destination, AccessLogWriterOptions options)
    {
        _destination = destination;
        _time = options.Time;
        _name = options.Name;
        _state = new AccessLogDeliveryState(options.Name, options.Time, options.Report);
        _queue = new AccessLogQueue(options.Chunks);
        _due = options.Time.CreateTimer(
            static queue => ((AccessLogQueue)queue!).Wake(), _queue, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Lines handed to the operating system.</summary>
    public long WrittenLines => _state.WrittenLines;

    /// <summary>Lines that the destination refused.</summary>
    public long LostLines => _state.LostLines;

    /// <summary>Bytes of <see cref="LostLines"/>.</summary>
    public long LostBytes => _state.LostBytes;

    /// <summary>Lines that the loops dropped because the destination was behind, all buffers together.</summary>
    public long DroppedLines => _queue.DroppedLines;

    /// <summary>
    /// A writer, not yet started, to <paramref name="destination"/>: <c>-</c> for standard output, a folder (it exists, or
    /// the name ends with a slash) for ALB's layout of five-minute files, otherwise one file.
    /// </summary>
    [SupportedOSPlatform("linux")]
    public static AccessLogWriter Create(string destination, AccessLogWriterOptions? options = null)
    {
        options ??= new AccessLogWriterOptions();
        return !IsStandardOutput(destination) && (destination.EndsWith('/') || Directory.Exists(destination))
            ? new AccessLogWriter(new DirectoryAccessLogDestination(destination, options.Time), options)
            : CreateUndivided(destination, options);
    }

    /// <summary>
    /// A writer, not yet started, that hands each line, without its end, to <paramref name="receive"/>: on the writer's
    /// thread, which must not be held up for long.
    /// </summary>
    public static AccessLogWriter Create(Action<string> receive, AccessLogWriterOptions? options = null) =>
        new(new LineAccessLogDestination(receive), options ?? new AccessLogWriterOptions());

    /// <summary>
    /// As <see cref="Create(string, AccessLogWriterOptions?)"/>, for lines that belong to the node and not to one of its load balancers: standard output or
    /// one file.
    /// </summary>
    [SupportedOSPlatform("linux")]
    public static AccessLogWriter CreateUndivided(string destination, AccessLogWriterOptions options) => new(
        IsStandardOutput(destination)
            ? new StandardOutputAccessLogDestination(StandardOutput.Write)
            : new FileAccessLogDestination(destination),
        options);

    /// <summary>Whether a destination means standard output, which one log at the most can have.</summary>
    public static bool IsStandardOutput(string destination) => destination is "-" or "/dev/stdout";

    /// <summary>
    /// Whether lines can be written: null, or a sentence that says why not. To be asked before <see cref="Start"/>, so that
    /// a wrong path stops the program's start and not only its log.
    /// </summary>
    public string? Check() => _destination.Check() is { } problem ? $"{_name} {problem}" : null;

    /// <summary>Starts the thread.</summary>
    public void Start()
    {
        _thread = new Thread(Run) { Name = _name, IsBackground = true };
        _thread.Start();
    }

    /// <summary>A buffer for one loop's lines of one load balancer. May be called on any thread.</summary>
    public AccessLogBuffer CreateBuffer(AccessLogSource source) => new(_queue, source);

    /// <summary>A buffer for one loop's lines where the writer is undivided.</summary>
    public AccessLogBuffer CreateBuffer() => new(_queue, source: null);

    /// <summary>Opens the file by name again, for log rotation. Returns at once; lines not yet written go to the new file.</summary>
    public void Reopen()
    {
        _reopenAsked = true;
        _queue.Wake();
    }

    /// <summary>
    /// Delivers everything that was flushed before, closes the destination and ends the thread; false if that took longer
    /// than <paramref name="timeout"/>. The loops flush first; what they append afterwards is dropped.
    /// </summary>
    public bool Stop(TimeSpan timeout)
    {
        lock (_stopGate)
        {
            _queue.Close();
            _stopAsked = true;
            _queue.Wake();
            if (_thread is { } thread)
                return thread.Join(timeout);

            if (!_completed)
                Complete();
            return true;
        }
    }

    public void Dispose()
    {
        if (_disposed)
            return;

        _disposed = true;
        // A thread that hangs in the kernel still uses the queue and the destination: they are left to the process's end.
        if (Stop(_disposeTimeout))
        {
            _due.Dispose();
            _queue.Dispose();
        }
    }

    /// <summary>Does what there is to do now. Called by the thread; by tests instead of the thread.</summary>
    internal void RunOnce()
    {
        // First, so that no line goes to a file which the rotation may already be compressing.
        if (_reopenAsked)
        {
            _reopenAsked = false;
            _destination.Reopen(_state);
        }

        while (_queue.TryTake(out var chunk))
        {
            try
            {
                _destination.Write(chunk, _state);
            }
            finally
            {
                _queue.Return(chunk);
            }
        }

        _destination.DeliverDue(_state);
        _state.Dropped(_queue.DroppedLines);
        Schedule();
    }

    private void Run()
    {
        while (!_stopAsked)
        {
            _queue.WaitForWork();
            Guard(RunOnce);
        }

        Guard(Complete);
    }

    // What a disk can do is handled where it happens. This is for a mistake of ours: it costs lines, not the node.
    private void Guard(Action step)
    {
        try
        {
            step();
        }
        catch (Exception mistake)
        {
            _state.Lost("(unexpected)", mistake.ToString(), lines: 0, bytes: 0);
        }
    }

    private void Complete()
    {
        RunOnce();
        _destination.Complete(_state);
        _destination.Dispose();
        _completed = true;
    }

    private void Schedule()
    {
        // Set anew each time: a timer may come a moment before the clock says it is due.
        if (_destination.NextDue is { } due)
        {
            var wait = due - _time.GetUtcNow() + _timerResolution;
            _due.Change(wait > _timerResolution ? wait : _timerResolution, Timeout.InfiniteTimeSpan);
        }
    }
}
