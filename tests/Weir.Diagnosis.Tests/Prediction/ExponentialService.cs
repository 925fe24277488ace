
namespace Weir.Diagnosis.Tests;

/// <summary>
/// The exact rate of races for exponentially distributed service times: the number of requests under way is a birth–death
/// chain, and the age at a reuse its time up to a level. By uniformization; slow, and for short times only.
/// </summary>
internal static class ExponentialService
{
    private const double Negligible = 1e-12;

    public static double RacesPerRequest(in RaceConditions conditions)
    {
        double rate = conditions.RequestsPerSecond;
        double ends = 1 / conditions.ServiceTime.TotalSeconds;
        double closes = conditions.ClosesFrom.TotalSeconds;
        double share = Math.Exp(-rate / ends);
        double left = 1;
        double sum = 0;
        for (int level = 0; left > Negligible; level++)
        {
            share *= level == 0 ? 1 : rate / ends / level;
            left -= share;
            sum += share * (LongerThan(closes - conditions.Window.TotalSeconds, level, rate, ends) - LongerThan(closes, level, rate, ends));
        }

        return sum;
    }

    private static double LongerThan(double seconds, int level, double rate, double ends)
    {
        double pace = rate + (level * ends);
        double[] alive = new double[level + 2];
        Array.Fill(alive, 1, 0, level + 1);
        double[] next = new double[level + 2];
        double logWeight = -pace * seconds;
        double sum = 0;
        int steps = (int)((pace * seconds) + (12 * Math.Sqrt(pace * seconds)) + 30);
        for (int step = 0; step < steps; step++)
        {
            sum += Math.Exp(logWeight) * alive[level];
            logWeight += Math.Log(pace * seconds) - Math.Log(step + 1);
            for (int i = 0; i <= level; i++)
            {
                double down = i * ends / pace;
                double up = rate / pace;
                next[i] = (up * alive[i + 1]) + (down * alive[Math.Max(i - 1, 0)]) + ((1 - up - down) * alive[i]);
            }

            (alive, next) = (next, alive);
        }

        return sum;
    }
}
