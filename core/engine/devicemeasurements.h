// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/abcomparison.h"
#include "device/profilematrix.h"
#include "device/sustainedload.h"
#include "engine/departure.h"
#include "engine/projectsession.h"

namespace lapidary {

/// What can be measured of a project's variants on a device besides a plain profile. Each is for a job, is kept in the
/// project as a run of its own kind (subject: the device) with its environment, and fails as the device does, or with
/// "project.read_only" before anything was run.

/// Kinds of the runs.
inline constexpr auto speedComparisonKind = "speed-comparison";
inline constexpr auto profileMatrixKind = "profile-matrix";
inline constexpr auto sustainedLoadKind = "sustained-load";
inline constexpr auto departureKind = "departure";
inline constexpr auto deviceEvaluationKind = "device-evaluation"; ///< those made on this computer are "evaluation"

/// This computer's sensors, for devices whose runs they say something about; null for all others.
const HostSensors* sensorsFor(const Device& device);

/// Both variants in turns; kept with the second one, `settings.against` is the first.
Result<AbComparison> compareSpeed(ProjectSession& session, VariantId a, VariantId b, const std::string& device,
                                  const ProfileOptions& options, const Work& work);
Result<ProfileMatrix> measureMatrix(ProjectSession& session, VariantId id, const std::string& device,
                                    const ProfileOptions& options, const std::vector<int>& threads,
                                    const std::vector<int>& batches, const Work& work);
Result<SustainedLoad> measureUnderLoad(ProjectSession& session, VariantId id, const std::string& device,
                                       const ProfileOptions& options, double seconds, const Work& work);

/// The evaluation data on the device, compared with the variant's source on this computer. Never mixed with evaluations
/// made here: the run has a kind of its own, and the device stands in its key. A second call with the same model, data
/// and device gives the stored numbers. Fails with "eval.no_data" too.
Result<EvaluationResult> evaluateOnDevice(ProjectSession& session, VariantId id, const std::string& device,
                                          std::size_t limit, const Work& work);
/// Where the device begins to compute something else than this computer; see findDeparture(). Fails with "eval.no_data"
/// too.
Result<Departure> findDeparture(ProjectSession& session, VariantId id, const std::string& device,
                                const DepartureOptions& options, const Work& work);

/// The newest profile with node times of a variant on each device, by device id. Batch 1 before others.
Result<std::map<std::string, Profile>> profilesByDevice(const ProjectSession& session, VariantId id);

} // namespace lapidary
