using System.CommandLine;
using Turnpike.Commands.Output;
using Turnpike.Configuration;
using Turnpike.Hosting;

namespace Turnpike.Commands.Doctor;

/// <summary><c>turnpike doctor</c>: says what is wrong with this installation. Changes nothing, and works while the server
/// runs.</summary>
internal static class DoctorCommand
{
    public static Command Build()
    {
        var command = new Command("doctor", "Say what is wrong with this installation; the exit code is 0 only when nothing is")
        {
            CommandOptions.Urls,
            CommandOptions.AdminUrls,
        };
        command.SetAction(async (parse, cancellationToken) =>
        {
            var findings = await ExamineAsync(CommandOptions.Settings(parse), TimeProvider.System, cancellationToken);
            var isSound = findings.All(static f => f.State is not FindingState.Fault);
            CommandRunner.PrinterOf(parse).Answer(
                new { Sound = isSound, Version = ProductVersion.Full, Findings = findings }, () => Text(findings, isSound));
            return isSound ? ExitCodes.Success : ExitCodes.Failure;
        });
        return command;
    }

    private static async Task<IReadOnlyList<Finding>> ExamineAsync(
        CommandLineSettings said, TimeProvider time, CancellationToken cancellationToken)
    {
        var loaded = CommandRunner.Load(said);
        if (loaded.Settings is not { } settings)
        {
            return [.. loaded.Faults.Select(static f => Finding.Fault("configuration", f.ToString()))];
        }

        var findings = new List<Finding> { ConfigurationFinding(settings) };
        findings.AddRange(FolderCheck.Run(settings));
        findings.AddRange(await BookCheck.RunAsync(settings, time, cancellationToken));
        findings.Add(ProvidersCheck.Run(settings));
        foreach (var url in settings.Urls.Concat(settings.AdminUrls))
        {
            findings.Add((await AddressCheck.RunAsync(url, cancellationToken)).Finding);
        }

        findings.Add(ClockCheck.Run(settings, time.GetUtcNow()));
        return findings;
    }

    private static Finding ConfigurationFinding(TurnpikeSettings settings) => File.Exists(settings.Origin.ConfigFile)
        ? Finding.Ok("configuration", $"{settings.Origin.ConfigFile} is valid.")
        : Finding.Ok("configuration", $"No file at {settings.Origin.ConfigFile}; the defaults and the environment hold.");

    private static string Text(IReadOnlyList<Finding> findings, bool isSound)
    {
        var table = new Table("STATE", "PART", "DETAIL");
        foreach (var finding in findings)
        {
            table.Add(finding.State is FindingState.Fault ? "FAULT" : finding.State.ToString().ToLowerInvariant(), finding.Part, finding.Detail);
        }

        return $"{table}\n\n{(isSound ? "This installation is sound." : "This installation is not sound: see FAULT above.")}";
    }
}
