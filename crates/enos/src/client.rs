//! The calls.

use countermand_core_model::{
    self as model, CancelAnswer, Command, CommandState, Device, EnosDevice, Listing, Page,
    PageRequest, Timestamp,
    enos::{CommandId, OrgId},
};
use countermand_transport::{Answer, ApiError, BaseUrl, BoxTransport, Endpoint, Pages, call};

use crate::endpoints::{
    CancelCommand, CancelEverything, GetCommand, SearchCommands, SearchDevices,
};

/// An organization at an EnOS installation. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Enos {
    transport: BoxTransport,
    base: BaseUrl,
    org: OrgId,
}

impl Enos {
    /// The organization `org` at `base`. `transport` has [`Signed`](crate::Signed) below it, or leads
    /// to a relay that has.
    pub fn new(transport: BoxTransport, base: BaseUrl, org: OrgId) -> Self {
        Self {
            transport,
            base,
            org,
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
    pub fn org(&self) -> &OrgId {
        &self.org
    }

    /// Every command of `device`, or those in one state, newest first.
    ///
    /// # Errors
    /// When a page does not come, or cannot be read.
    pub async fn commands(
        &self,
        device: &EnosDevice,
        state: Option<CommandState>,
    ) -> Result<Listing<Command>, ApiError> {
        let mut listing = self.search(device, state).all().await?;
        // The server may have ignored the expression.
        listing
            .items
            .retain(|command| state.is_none_or(|state| command.state == state));
        Ok(listing)
    }

    /// The pending commands of `device`, newest first, with those whose state is unknown.
    ///
    /// # Errors
    /// When a page does not come, or cannot be read.
    pub async fn waiting(&self, device: &EnosDevice) -> Result<Listing<Command>, ApiError> {
        let pending = Some(CommandState::Pending);
        let mut listing = self.search(device, pending).all().await?;
        listing.items.retain(|command| may_wait(command.state));
        Ok(listing)
    }

    /// The newest commands of `device`: one page of at most 50, in any state. What cannot be read as a
    /// command of this device is left out.
    ///
    /// # Errors
    /// When it does not come, or cannot be read.
    pub async fn newest_commands(&self, device: &EnosDevice) -> Result<Vec<Command>, ApiError> {
        let page = PageRequest {
            number: 1,
            size: SearchCommands::PAGE_SIZE,
        };
        let search = SearchCommands {
            org: &self.org,
            device,
            state: None,
            page,
        };
        Ok(self.call(&search).await?.value.items)
    }

    /// The commands of `device` that were given at `oldest` or later, in any state, and some older
    /// ones: pages are asked for, newest first, until one holds older commands only.
    ///
    /// # Errors
    /// When a page does not come, or cannot be read.
    pub async fn commands_back_to(
        &self,
        device: &EnosDevice,
        oldest: Timestamp,
    ) -> Result<Vec<Command>, ApiError> {
        let is_older = |command: &Command| command.created_at.is_some_and(|at| at < oldest);
        let enough =
            |page: &Page<Command>| !page.items.is_empty() && page.items.iter().all(is_older);
        let mut pages = self.search(device, None);
        let mut commands = Vec::new();
        while let Some(page) = pages.next_until(enough).await? {
            commands.extend(page);
        }
        Ok(commands)
    }

    /// One command of `device`.
    ///
    /// # Errors
    /// When it does not come, or the answer is about another.
    pub async fn command(&self, device: &EnosDevice, id: &CommandId) -> Result<Command, ApiError> {
        let get = GetCommand {
            org: &self.org,
            device,
            id,
        };
        Ok(self.call(&get).await?.value)
    }

    /// Sends the cancel of one pending command. Only a later reading shows what became of it.
    ///
    /// # Errors
    /// When the provider did not take it, or nothing is known: see [`ApiError::cancel_effect`].
    pub async fn cancel(
        &self,
        device: &EnosDevice,
        id: &CommandId,
    ) -> Result<Answer<CancelAnswer>, ApiError> {
        let cancel = CancelCommand {
            org: &self.org,
            device,
            id,
        };
        self.call(&cancel).await
    }

    /// Sends the cancel of everything pending on `device`. Only a later read shows what became of it.
    ///
    /// # Errors
    /// When the provider did not take it, or nothing is known: see [`ApiError::cancel_effect`].
    pub async fn cancel_everything(
        &self,
        device: &EnosDevice,
    ) -> Result<Answer<CancelAnswer>, ApiError> {
        let cancel = CancelEverything {
            org: &self.org,
            device,
        };
        self.call(&cancel).await
    }

    /// The devices of the organization, or those in which the text `search` occurs.
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

    /// As [`Self::devices`], each page handed to `receive` as it comes. The listing has no items, and says
    /// how the list ended. On an error, the pages before it have been received.
    ///
    /// # Errors
    /// When a page does not come, or cannot be read.
    pub async fn devices_as_they_come(
        &self,
        search: Option<&str>,
        mut receive: impl FnMut(Vec<Device>),
    ) -> Result<Listing<Device>, ApiError> {
        let endpoint = |page| SearchDevices {
            org: &self.org,
            page,
        };
        let key = |device: &Device| device.device.clone();
        let size = SearchDevices::PAGE_SIZE;
        let mut pages = Pages::new(&self.transport, &self.base, size, endpoint, key);
        while let Some(mut devices) = pages.next().await? {
            devices.retain(|device| search.is_none_or(|text| device.matches(text)));
            if !devices.is_empty() {
                receive(devices);
            }
        }
        Ok(pages.listing(Vec::new()))
    }

    /// Checks by one cheap read that a token can be had and opens the organization.
    ///
    /// # Errors
    /// When it does not.
    pub async fn check(&self) -> Result<(), ApiError> {
        let search = SearchDevices {
            org: &self.org,
            page: PageRequest { number: 1, size: 1 },
        };
        self.call(&search).await.map(|_| ())
    }

    async fn call<E: Endpoint>(&self, endpoint: &E) -> Result<Answer<E::Output>, ApiError> {
        call(&self.transport, &self.base, endpoint).await
    }

    fn search<'a>(
        &'a self,
        device: &'a EnosDevice,
        state: Option<CommandState>,
    ) -> Pages<'a, impl Fn(PageRequest) -> SearchCommands<'a>, Command, model::CommandId> {
        let endpoint = move |page| SearchCommands {
            org: &self.org,
            device,
            state,
            page,
        };
        let key = |command: &Command| command.id.clone();
        let size = SearchCommands::PAGE_SIZE;
        Pages::new(&self.transport, &self.base, size, endpoint, key)
    }
}

fn may_wait(state: CommandState) -> bool {
    matches!(state, CommandState::Pending | CommandState::Unknown)
}
