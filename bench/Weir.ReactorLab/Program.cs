using System.Globalization;
using Weir.ReactorLab;

// What the design's riskiest part was decided on: coroutines on the loop, decomposed, at 1,024 connections, on the kernel's
// network and on the simulated one. docs/adr/0001-coroutines-on-the-loop.md has the figures.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
bool simulated = args.Contains("--simulated");
int[] numbers = [.. args.Where(one => one != "--simulated").Select(int.Parse)];
int connections = numbers.Length > 0 ? numbers[0] : 1024;
int seconds = numbers.Length > 1 ? numbers[1] : 5;
if (simulated)
{
    return new SimulatedLab(connections).Run();
}

using var lab = new EpollLab(connections, seconds);
return lab.Run();
