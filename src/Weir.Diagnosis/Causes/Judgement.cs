namespace Weir.Diagnosis.Causes;

/// <summary>What one error is put down to. A plain value.</summary>
/// <param name="Cause">The likeliest cause.</param>
/// <param name="Confidence">Its chance, calibrated.</param>
/// <param name="Chances">The chance of each cause by its number, calibrated alike; they add up to 1 or less.</param>
internal readonly record struct Judgement(Cause Cause, double Confidence, CauseChances Chances);
