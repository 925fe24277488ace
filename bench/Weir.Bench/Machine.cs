using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Weir.Bench;

/// <summary>Where and beside what the numbers were taken; they mean nothing on another machine.</summary>
internal sealed record Machine(string Processor, int CoreCount, string Kernel, double LoadAverage, IReadOnlyDictionary<string, string> Versions)
{
    // Above this, something else was running on two cores.
    private const double BusyLoadAverage = 0.5;

    public bool WasBusy => LoadAverage > BusyLoadAverage;

    public static Machine Read(BenchOptions options) => new(
        Processor: File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
            ?? RuntimeInformation.ProcessArchitecture.ToString(),
        CoreCount: Environment.ProcessorCount,
        Kernel: RuntimeInformation.OSDescription,
        LoadAverage: double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture),
        Versions: options.Proxies.ToDictionary(name => name, name => Version(name, options)));

    private static string Version(string proxy, BenchOptions options) => proxy switch
    {
        "nginx" => FirstLine("nginx", "-v"),
        "haproxy" => FirstLine("haproxy", "-v"),
        _ => FirstLine(options.WeirBinary, "--version"),
    };

    private static string FirstLine(string program, string argument)
    {
        try
        {
            var start = new ProcessStartInfo(program, [argument]) { RedirectStandardOutput = true, RedirectStandardError = true };
            using Process process = Process.Start(start)!;
            string output = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
            process.WaitForExit();
            return output.Split('\n')[0].Trim();
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            throw new BenchException($"{program}: {failure.Message}");
        }
    }
}
