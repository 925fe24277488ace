using System.Diagnostics;
using System.Globalization;

namespace Weir.Diagnosis;

/// <summary>Tells an observer once a second what is being waited for.</summary>
internal sealed class Waiting(IReproductionObserver observer)
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);

    /// <summary>Waits for the work; <paramref name="describe"/> is told how long that has taken.</summary>
    public async Task<T> For<T>(Task<T> work, Func<TimeSpan, string> describe, CancellationToken cancel)
    {
        await For((Task)work, describe, cancel);
        return await work;
    }

    public async Task For(Task work, Func<TimeSpan, string> describe, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        while (await Task.WhenAny(work, Task.Delay(_interval, cancel)) != work)
        {
            cancel.ThrowIfCancellationRequested();
            observer.OnProgress(describe(Stopwatch.GetElapsedTime(start)));
        }

        await work;
    }

    /// <summary>`3 s of 6 s`. What is under way when the time is over (answers, log lines) takes a moment.</summary>
    public static string Of(TimeSpan elapsed, TimeSpan whole) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Math.Min(elapsed.TotalSeconds, Math.Floor(whole.TotalSeconds)):0} s of {whole.TotalSeconds:0.#} s");
}
