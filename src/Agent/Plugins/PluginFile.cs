using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Microsoft.Win32.SafeHandles;
using NetEdit.Features;

namespace NetEdit.Agent.Plugins;

/// <summary>A feature that an assembly announces.</summary>
/// <param name="Feature">Name of the feature.</param>
/// <param name="TypeName">The implementing type, as reflection names it.</param>
/// <param name="Assembly">Path of the assembly.</param>
internal sealed record PluginEntry(string Feature, string TypeName, string Assembly);

/// <summary>Reads what an assembly announces from its metadata; none of its code is loaded.</summary>
internal static class PluginFile
{
    /// <summary>Reads the announcements of one assembly.</summary>
    /// <param name="file">The assembly.</param>
    /// <param name="path">Its path.</param>
    /// <exception cref="BadImageFormatException">It is damaged.</exception>
    /// <exception cref="InvalidDataException">It is no .NET assembly.</exception>
    public static ImmutableArray<PluginEntry> Read(SafeFileHandle file, string path)
    {
        using var stream = new FileStream(
            new SafeFileHandle(file.DangerousGetHandle(), ownsHandle: false),
            FileAccess.Read
        );
        using var image = new PEReader(stream);
        if (!image.HasMetadata)
        {
            throw new InvalidDataException("it is not a .NET assembly");
        }

        var metadata = image.GetMetadataReader();
        if (!metadata.IsAssembly)
        {
            throw new InvalidDataException("it is a module without an assembly");
        }

        var entries = ImmutableArray.CreateBuilder<PluginEntry>();
        foreach (var handle in metadata.GetAssemblyDefinition().GetCustomAttributes())
        {
            var attribute = metadata.GetCustomAttribute(handle);
            if (!IsAnnouncement(metadata, attribute))
            {
                continue;
            }

            // ECMA-335 II.23.3: a prolog, then the constructor's arguments; a Type is written as its name.
            var value = metadata.GetBlobReader(attribute.Value);
            if (
                value.ReadUInt16() == 1
                && value.ReadSerializedString() is { } feature
                && value.ReadSerializedString() is { } type
            )
            {
                entries.Add(new PluginEntry(feature, type, path));
            }
        }

        return entries.ToImmutable();
    }

    private static bool IsAnnouncement(MetadataReader metadata, CustomAttribute attribute)
    {
        if (attribute.Constructor.Kind != HandleKind.MemberReference)
        {
            return false;
        }

        var parent = metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent;
        if (parent.Kind != HandleKind.TypeReference)
        {
            return false;
        }

        var type = metadata.GetTypeReference((TypeReferenceHandle)parent);
        return metadata.StringComparer.Equals(type.Name, nameof(TuningFeatureAttribute))
            && metadata.StringComparer.Equals(type.Namespace, typeof(TuningFeatureAttribute).Namespace!);
    }
}
