namespace Weir.Diagnosis.Lags;

/// <summary>What looking for a common lag came to.</summary>
/// <param name="Best">The strongest window, found or not; null where no error has a lag to look at.</param>
/// <param name="Hidden">
/// How well "all have a lag in common, in a window that cannot be told" fits, 0 to 1: the share of all windows that the errors do not
/// speak against. Near 1 where errors are few or answers so many that every window has some; near 0 where a window would show.
/// </param>
/// <param name="LogFit">Nats by which "there is a window, wherever it is" fits better than none: the sum over all windows.</param>
internal sealed record LagSearch(CommonLag? Best, double Hidden, double LogFit);
