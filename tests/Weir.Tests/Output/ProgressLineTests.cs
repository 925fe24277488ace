using Weir.Output;

namespace Weir.Tests.Output;

public sealed class ProgressLineTests : IDisposable
{
    private readonly StringWriter _errors = new();
    private readonly TickingTime _time = new();

    public void Dispose() => _errors.Dispose();

    private ProgressLine Begin(bool isTerminal, OutputFormat format = OutputFormat.Text, int width = 80) => new(
        new Terminal(TextWriter.Null, _errors, hasColours: false, isTerminal, width),
        new MessageWriter(_errors, format),
        _time,
        () => "half way");

    [Fact]
    public void OnATerminal_AfterASecond_IsOneLineThatGoes()
    {
        ProgressLine progress = Begin(isTerminal: true);
        Assert.Equal((TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(250)), _time.Asked);

        _time.Tick();
        progress.Dispose();
        _time.Tick();

        Assert.Equal("half way\r\u001b[2K", _errors.ToString());
    }

    [Theory]
    [InlineData(0, "half way")]
    [InlineData(1, "")]
    [InlineData(5, "half")]
    [InlineData(9, "half way")]
    public void OnATerminal_OfAnyWidth_IsCutToLessThanALine(int columns, string shown)
    {
        using ProgressLine progress = Begin(isTerminal: true, width: columns);

        _time.Tick();

        Assert.Equal(shown, _errors.ToString());
    }

    [Theory]
    [InlineData(false, "half way\n")]
    [InlineData(true, """{"level":"info","event":"progress","message":"half way"}""" + "\n")]
    public void Elsewhere_EveryTenSeconds_IsALineOfItsOwn(bool isJson, string line)
    {
        ProgressLine progress = Begin(isTerminal: false, isJson ? OutputFormat.Json : OutputFormat.Text);
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10)), _time.Asked);

        _time.Tick();
        progress.Dispose();
        _time.Tick();

        Assert.Equal(line, _errors.ToString().ReplaceLineEndings("\n"));
    }

    private sealed class TickingTime : TimeProvider
    {
        private Action _tick = static () => { };

        public (TimeSpan First, TimeSpan Then) Asked { get; private set; }

        public void Tick() => _tick();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Asked = (dueTime, period);
            _tick = () => callback(state);
            return TimeProvider.System.CreateTimer(static _ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
