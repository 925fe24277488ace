using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Weir.Bench.Logs;

namespace Weir.Bench;

/// <summary>Where and beside what the numbers were taken; they mean nothing on another machine.</summary>
internal sealed record Machine(string Processor, int CoreCount, string Kernel, double LoadAverage, IReadOnlyDictionary<string, string> Versions)
{
    // Above this, something else was running on two cores.
    private const double BusyLoadAverage = 0.5;

    public bool WasBusy => LoadAverage > BusyLoadAverage;

    public void Write(TextWriter output)
    {
        output.WriteLine($"{Processor}, {CoreCount} cores, {Kernel}");
        output.WriteLine(string.Join(", ", Versions.Values));
        if (WasBusy)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The machine was busy before the start (load average {LoadAverage:F2}): trust ratios, not numbers."));
    }

    public static Machine Read(IReadOnlyList<string> programs, string weirBinary) => new(
        Processor: File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
            ?? RuntimeInformation.ProcessArchitecture.ToString(),
        CoreCount: Environment.ProcessorCount,
        Kernel: RuntimeInformation.OSDescription,
        LoadAverage: double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture),
        Versions: programs.ToDictionary(name => name, name => Version(name, weirBinary)));

    private static string Version(string program, string weirBinary) => program switch
    {
        "nginx" => FirstLine("nginx", "-v"),
        "haproxy" => FirstLine("haproxy", "-v"),
        "goaccess" => FirstLine("goaccess", "--version"),
        "duckdb" => DuckDbQuery.Version,
        _ => FirstLine(weirBinary, "--version"),
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
