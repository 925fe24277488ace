namespace Weir.Diagnosis.Reports;

/// <summary>How many requests ended with these codes; 0 stands for <c>-</c>.</summary>
public sealed record StatusCount(int Elb, int Target, long Count);
