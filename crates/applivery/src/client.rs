//! The client: the endpoints, sent over a transport.

use countermand_core_model::{CancelAnswer, Command, Device, Listing, PageRequest, Timestamp};
use countermand_transport::{Answer, ApiError, BaseUrl, BoxTransport, Pages, call};

use crate::{
    CommandId, DeviceId, OrganizationId,
    endpoints::{CancelCommand, GetCommand, GetOrganization, ListCommands, OrganizationFound},
    newest_first::NewestFirst,
};

/// The commands and devices of one organization. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Applivery {
    pub(crate) transport: BoxTransport,
    pub(crate) base: BaseUrl,
    pub(crate) organization: OrganizationId,
}

impl Applivery {
    /// A client that sends over `transport`, which already authenticates ([`Bearer`](crate::Bearer)).
    pub fn new(transport: BoxTransport, base: BaseUrl, organization: OrganizationId) -> Self {
        Self {
            transport,
            base,
            organization,
        }
    }

    /// Returns this client over another transport.
    #[must_use]
    pub fn with_transport(&self, transport: BoxTransport) -> Self {
        Self {
            transport,
            ..self.clone()
        }
    }

    /// The organization.
    pub fn organization(&self) -> &OrganizationId {
        &self.organization
    }

    /// All commands of `device`, the newest first where the provider honors the sort order.
    ///
    /// # Errors
    /// When a page does not come, or cannot be read: a part is never passed off as the whole.
    pub async fn commands(&self, device: &DeviceId) -> Result<Listing<Command>, ApiError> {
        self.pages(device).all().await
    }

    /// The commands of `device` since `oldest`, and some older ones: pages are read, newest first, until one
    /// has older commands only. Where the provider does not sort, they are all commands.
    ///
    /// # Errors
    /// When a page does not come, or cannot be read.
    pub async fn commands_back_to(
        &self,
        device: &DeviceId,
        oldest: Timestamp,
    ) -> Result<Vec<Command>, ApiError> {
        let mut pages = self.pages(device);
        let mut order = NewestFirst::back_to(oldest);
        let mut commands = Vec::new();
        while let Some(page) = pages.next_until(|page| order.has_passed(page)).await? {
            commands.extend(page);
        }
        Ok(commands)
    }

    fn pages<'a>(
        &'a self,
        device: &'a DeviceId,
    ) -> Pages<'a, impl Fn(PageRequest) -> ListCommands<'a>, Command, Box<str>> {
        let endpoint = move |page| ListCommands {
            organization: &self.organization,
            device,
            page,
        };
        let size = ListCommands::PAGE_SIZE;
        Pages::new(&self.transport, &self.base, size, endpoint, lower_case_id)
    }

    /// The command `id` of `device`.
    ///
    /// # Errors
    /// When it does not come, or the answer is about another command.
    pub async fn command(&self, device: &DeviceId, id: &CommandId) -> Result<Command, ApiError> {
        let endpoint = GetCommand {
            organization: &self.organization,
            device,
            id,
        };
        Ok(call(&self.transport, &self.base, &endpoint).await?.value)
    }

    /// Requests the cancel of the command `id` of `device`. A good answer means that the cancel was
    /// accepted: only a later read shows what became of it.
    ///
    /// # Errors
    /// [`ApiError::cancel_effect`] tells whether it may have been executed.
    pub async fn cancel(
        &self,
        device: &DeviceId,
        id: &CommandId,
    ) -> Result<Answer<CancelAnswer>, ApiError> {
        let endpoint = CancelCommand {
            organization: &self.organization,
            device,
            id,
        };
        call(&self.transport, &self.base, &endpoint).await
    }

    /// The organization's devices, or those in which the text `search` occurs.
    ///
    /// Where they do not fit on a page, they are read in pages of thousands
    /// ([`crate::endpoints::ListAllDevices`]) instead of page after page.
    ///
    /// # Errors
    /// When a page does not come, or cannot be read.
    pub async fn devices(&self, search: Option<&str>) -> Result<Listing<Device>, ApiError> {
        let mut devices = Vec::new();
        let mut listing = self
            .devices_as_they_come(search, |page| devices.extend(page))
            .await?;
        listing.items = devices;
        Ok(listing)
    }

    /// Checks that the token works and opens the organization.
    ///
    /// # Errors
    /// When it does not, or is not Applivery's API at all.
    pub async fn check(&self) -> Result<OrganizationFound, ApiError> {
        let endpoint = GetOrganization {
            organization: &self.organization,
        };
        Ok(call(&self.transport, &self.base, &endpoint).await?.value)
    }
}

/// Tells commands apart: the hexadecimal digits of an id name the same one in either case.
fn lower_case_id(command: &Command) -> Box<str> {
    command.id.as_str().to_ascii_lowercase().into()
}
