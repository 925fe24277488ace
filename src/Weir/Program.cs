using Weir.Commands;

return CommandLineHost.Run(args);
