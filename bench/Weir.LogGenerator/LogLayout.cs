namespace Weir.LogGenerator;

/// <summary>A layout of the access log, by its number of fields: what ALB wrote at some time since 2016.</summary>
public enum LogLayout
{
    Fields17 = 17,
    Fields20 = 20,
    Fields25 = 25,
    Fields29 = 29,
    Fields30 = 30,
    Fields33 = 33,
    Fields34 = 34,
    Fields36 = 36,
}
