using System.Diagnostics;
using Weir.Fuzz;
using Weir.Fuzz.Engine;
using Weir.Fuzz.Targets;

// 0: nothing found; 1: a finding; 2: the command line is wrong.
if (args is ["measure"])
{
    Measurement.Run();
    return 0;
}

FuzzOptions? options = FuzzOptions.Parse(args);
IFuzzTarget? target = options?.Target switch
{
    "request" => new RequestTarget(),
    "response" => new ResponseTarget(),
    "chunked" => new ChunkedTarget(),
    "logline" => new LogLineTarget(),
    "frames" => new FramesTarget(),
    "targetframes" => new TargetFramesTarget(),
    "hpack" => new HpackTarget(),
    "tls" => new TlsTarget(),
    "canary" => new CanaryTarget(),
    _ => null,
};

if (options is null || target is null)
{
    Console.Error.WriteLine(FuzzOptions.Usage);
    return 2;
}

Stopwatch stopwatch = Stopwatch.StartNew();
FuzzRunner runner = new(
    target,
    options.Seed,
    runs => runs < (options.Runs ?? long.MaxValue) && stopwatch.Elapsed < (options.Duration ?? TimeSpan.MaxValue));
Finding? finding = runner.Run();
if (finding is null)
{
    Console.WriteLine(
        $"{options.Target}: seed {options.Seed}, {runner.Runs} runs in {stopwatch.Elapsed.TotalSeconds:F1} s, "
        + "no finding");
    return 0;
}

Console.WriteLine($"{options.Target}: seed {options.Seed}, run {finding.Run}");
Console.WriteLine(finding.Fault);
Console.WriteLine($"input: {Convert.ToHexString(finding.Input)}");
return 1;
