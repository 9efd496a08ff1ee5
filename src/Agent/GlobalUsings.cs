global using NetEdit.Agent.Cli;
global using NetEdit.Agent.Daemon;
