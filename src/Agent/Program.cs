using NetEdit.Agent.Cli;

return CommandLine.Run(args, CliConsole.Create());
