using System.Reflection;

string version = Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
    ?? throw new InvalidOperationException("the assembly carries no version");

if (args is ["--version"])
{
    Console.Out.WriteLine($"weir {version}");
    return 0;
}

Console.Error.WriteLine("usage: weir --version");
return 2;
